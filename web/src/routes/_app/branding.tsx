import { createFileRoute } from "@tanstack/react-router";
import { Branding } from "@/features/identity/Branding";

export const Route = createFileRoute("/_app/branding")({ component: Branding });
