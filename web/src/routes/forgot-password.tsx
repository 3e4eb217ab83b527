import { createFileRoute } from "@tanstack/react-router";
import { ForgotPassword } from "@/features/identity/Links";

export const Route = createFileRoute("/forgot-password")({ component: ForgotPassword });
