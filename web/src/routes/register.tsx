import { createFileRoute } from "@tanstack/react-router";
import { Register } from "@/features/identity/Register";

export const Route = createFileRoute("/register")({ component: Register });
