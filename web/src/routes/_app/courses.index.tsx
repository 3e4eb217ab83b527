import { createFileRoute } from "@tanstack/react-router";
import { Catalogue } from "@/features/courses/Catalogue";
import { type CatalogueFilter, courses } from "@/features/courses/queries";
import { oneOf, texts, word } from "@/lib/search";

const levels = ["introductory", "intermediate", "advanced"] as const;

export const Route = createFileRoute("/_app/courses/")({
  validateSearch: (search: Record<string, unknown>): CatalogueFilter => ({
    q: word(search.q),
    category: texts(search.category),
    level: oneOf(search.level, levels),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, deps }) => {
    void queries.prefetchInfiniteQuery(courses.catalogue(deps));
    void queries.prefetchQuery(courses.categories);
  },
  component: () => <Catalogue filter={Route.useSearch()} />,
});
