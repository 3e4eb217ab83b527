import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/api/client";

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
};

export const studio = {
  teaching: queryOptions({ queryKey: ["teaching"], queryFn: () => take(api.GET("/me/teaching", { params: { query: { limit: 100 } } })) }),
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
};
