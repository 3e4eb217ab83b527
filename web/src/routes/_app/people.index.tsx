import { createFileRoute } from "@tanstack/react-router";
import { People } from "@/features/directory/People";
import { type PeopleFilter, people } from "@/features/directory/queries";
import { oneOf, texts, word } from "@/lib/search";

export const Route = createFileRoute("/_app/people/")({
  validateSearch: (search: Record<string, unknown>): PeopleFilter => ({
    q: word(search.q),
    batch: texts(search.batch),
    programme: texts(search.programme),
    department: texts(search.department),
    company: texts(search.company),
    city: texts(search.city),
    industry: texts(search.industry),
    standing: oneOf(search.standing, ["verified", "pending", "unverified", "rejected"] as const),
    open_to: oneOf(search.open_to, ["mentoring", "hiring"] as const),
    sort: oneOf(search.sort, ["relevance", "name", "batch"] as const)?.[0],
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, deps }) => {
    void queries.prefetchInfiniteQuery(people.list(deps));
    void queries.prefetchQuery(people.facets(deps));
  },
  component: () => <People filter={Route.useSearch()} />,
});
