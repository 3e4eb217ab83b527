import { createFileRoute } from "@tanstack/react-router";
import { NewCourse } from "@/features/courses/CourseForm";

export const Route = createFileRoute("/_app/teach/new")({ component: NewCourse });
