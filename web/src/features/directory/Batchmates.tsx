import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { t } from "@/lib/i18n";
import { Section } from "@/ui/page";
import { Empty, Skeleton } from "@/ui/states";
import { PersonRow } from "./PersonRow";
import { people } from "./queries";

/** Some people of the viewer's batch; nothing for those who have none. */
export function Batchmates() {
  const mine = useQuery(people.mine);
  const batch = mine.data?.batch;
  const mates = useInfiniteQuery({ ...people.list({ batch: batch ? [batch.id] : [] }, 6), enabled: !!batch });
  if (mine.isSuccess && !batch) return null;
  const list = mates.data?.pages[0]?.items.filter((person) => person.id !== mine.data?.id).slice(0, 4);
  return (
    <Section
      title={t("today.batch")}
      aside={
        batch && (
          <Link to="/batches/$batchId" params={{ batchId: batch.id }} className="year text-base text-brand-ink">
            {batch.year}
          </Link>
        )
      }
    >
      {mates.isPending && <Skeleton rows={3} />}
      {list?.length === 0 && <Empty>{t("today.batch-none")}</Empty>}
      <ul>
        {list?.map((person) => (
          <PersonRow key={person.id} person={person} small />
        ))}
      </ul>
    </Section>
  );
}
