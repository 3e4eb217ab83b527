import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/api/client";
import type { paths } from "@/api/schema";
import { stale } from "@/api/stale";
import { dimensions } from "./dimensions";

export type Person = Schemas["DirectoryEntry"];
export type Profile = Schemas["DirectoryProfile"];
export type Visibility = Schemas["DirectoryVisibility"];
export type FacetValue = Schemas["DirectoryFacetValue"];
/** What narrows the people, as the address of the screen says it. */
export type PeopleFilter = Omit<NonNullable<paths["/directory"]["get"]["parameters"]["query"]>, "limit" | "cursor">;
export type Dimension = keyof typeof dimensions;
export const dimensionNames = Object.keys(dimensions) as Dimension[];
export type Facets = { total: number; year?: FacetValue[] } & { [name in Dimension]?: FacetValue[] };

export const people = {
  list: (filter: PeopleFilter, limit = 30) =>
    infiniteQueryOptions({
      queryKey: ["people", "list", filter, limit],
      queryFn: ({ pageParam }) => take(api.GET("/directory", { params: { query: { ...filter, limit, cursor: pageParam || undefined } } })),
      initialPageParam: "",
      getNextPageParam: (page) => page.next_cursor,
      placeholderData: keepPreviousData,
    }),
  /** A few of a batch: one more than is shown may be oneself, and one more is asked for than both (internal/screen/today.go). */
  mates: (batch: string) =>
    queryOptions({
      queryKey: ["people", "mates", batch],
      queryFn: () => take(api.GET("/directory", { params: { query: { batch: [batch], limit: 6 } } })),
    }),
  facets: ({ sort: _, ...filter }: PeopleFilter) =>
    queryOptions({
      queryKey: ["people", "facets", filter],
      queryFn: () => take(api.GET("/directory/facets", { params: { query: filter } })),
      placeholderData: keepPreviousData,
      staleTime: 60_000,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ["person", id],
      queryFn: () => take(api.GET("/people/{person_id}", { params: { path: { person_id: id } } })),
    }),
  mine: queryOptions({ queryKey: ["profile"], queryFn: () => take(api.GET("/me/profile")) }),
  suggestions: (q: string) =>
    queryOptions({
      queryKey: ["people", "suggestions", q],
      queryFn: () => take(api.GET("/directory/suggestions", { params: { query: { q } } })),
      placeholderData: keepPreviousData,
      staleTime: 60_000,
    }),
  /** A profile was written: the person's page, and every list that they stand in. */
  changed: (queries: QueryClient, id: string) => stale(queries, ["person", id], ["people"]),
};

export const batches = {
  list: (year?: number) =>
    infiniteQueryOptions({
      queryKey: ["batches", year],
      queryFn: ({ pageParam }) => take(api.GET("/batches", { params: { query: { year, limit: 60, cursor: pageParam || undefined } } })),
      initialPageParam: "",
      getNextPageParam: (page) => page.next_cursor,
    }),
  one: (id: string) =>
    queryOptions({ queryKey: ["batch", id], queryFn: () => take(api.GET("/batches/{batch_id}", { params: { path: { batch_id: id } } })) }),
};
