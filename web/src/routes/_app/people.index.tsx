import { createFileRoute } from "@tanstack/react-router";
import { dimensions } from "@/features/directory/dimensions";
import { People } from "@/features/directory/People";
import { type PeopleFilter, people } from "@/features/directory/queries";
import { oneOf, texts, word } from "@/lib/search";

export const Route = createFileRoute("/_app/people/")({
  validateSearch: (search: Record<string, unknown>): PeopleFilter => ({
    q: word(search.q),
    ...Object.fromEntries(
      Object.entries(dimensions).map(([name, values]) => [name, values ? oneOf(search[name], values) : texts(search[name])]),
    ),
    sort: oneOf(search.sort, ["relevance", "name", "batch"] as const)?.[0],
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, deps }) => {
    void queries.prefetchInfiniteQuery(people.list(deps));
    void queries.prefetchQuery(people.facets(deps));
  },
  component: () => <People filter={Route.useSearch()} />,
});
