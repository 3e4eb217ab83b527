import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/api/client";
import { stale } from "@/api/stale";

export type CourseCard = Schemas["CoursesCard"];
export type CoursePage = Schemas["ProgressCoursePage"];
export type LessonPage = Schemas["ProgressLessonPage"];
export type MyCourse = Schemas["ProgressMyCourse"];
export type Draft = Schemas["CoursesDraft"];
export type CatalogueFilter = { q?: string; category?: string[]; level?: ("introductory" | "intermediate" | "advanced")[] };

export const courses = {
  catalogue: (filter: CatalogueFilter) =>
    infiniteQueryOptions({
      queryKey: ["courses", "catalogue", filter],
      queryFn: ({ pageParam }) =>
        take(api.GET("/courses", { params: { query: { ...filter, limit: 24, cursor: pageParam || undefined } } })),
      initialPageParam: "",
      getNextPageParam: (page) => page.next_cursor,
    }),
  categories: queryOptions({
    queryKey: ["courses", "categories"],
    queryFn: () => take(api.GET("/courses/categories")),
    staleTime: 300_000,
  }),
  one: (id: string) =>
    queryOptions({
      queryKey: ["course", id],
      queryFn: () => take(api.GET("/courses/{course_id}", { params: { path: { course_id: id } } })),
    }),
  mine: queryOptions({ queryKey: ["courses", "mine"], queryFn: () => take(api.GET("/me/courses")) }),
  learning: queryOptions({ queryKey: ["learning"], queryFn: () => take(api.GET("/me/learning")) }),
  lesson: (id: string) =>
    queryOptions({
      queryKey: ["lesson", id],
      queryFn: () => take(api.GET("/lessons/{lesson_id}", { params: { path: { lesson_id: id } } })),
      staleTime: 30_000,
    }),
  /** A course was written, joined or left. */
  changed: (queries: QueryClient, id: string) => stale(queries, ["course", id], ["courses"], ["learning"], ["teaching"]),
  /** A lesson was completed: what the screen shows of it came with the answer. */
  progressed: (queries: QueryClient) => stale(queries, ["learning"], ["courses", "mine"]),
};

export const studio = {
  teaching: infiniteQueryOptions({
    queryKey: ["teaching"],
    queryFn: ({ pageParam }) => take(api.GET("/me/teaching", { params: { query: { limit: 50, cursor: pageParam || undefined } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  }),
  draft: (id: string) =>
    queryOptions({
      queryKey: ["draft", id],
      queryFn: () => take(api.GET("/courses/{course_id}/draft", { params: { path: { course_id: id } } })),
    }),
  lesson: (id: string) =>
    queryOptions({
      queryKey: ["draft-lesson", id],
      queryFn: () => take(api.GET("/lessons/{lesson_id}/draft", { params: { path: { lesson_id: id } } })),
    }),
  /** A draft was written; learners see it when it is published. */
  changed: (queries: QueryClient, course: string) => stale(queries, ["draft", course], ["draft-lesson"], ["teaching"]),
};
