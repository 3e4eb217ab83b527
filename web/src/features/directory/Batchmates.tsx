import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { t } from "@/lib/i18n";
import { Section } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { PersonRow } from "./PersonRow";
import { people } from "./queries";

/** Some people of the viewer's batch; nothing for those who have none. */
export function Batchmates() {
  const mine = useQuery(people.mine);
  const batch = mine.data?.batch;
  const mates = useQuery({ ...people.mates(batch?.id ?? ""), enabled: !!batch });
  if (mine.isSuccess && !batch) return null;
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
      <Rows
        of={mates}
        rows={3}
        pick={(all) => all.filter((person) => person.id !== mine.data?.id).slice(0, 4)}
        empty={<Empty>{t("today.batch-none")}</Empty>}
      >
        {(person) => <PersonRow key={person.id} person={person} small />}
      </Rows>
    </Section>
  );
}
