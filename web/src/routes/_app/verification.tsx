import { createFileRoute } from "@tanstack/react-router";
import { AskVerification } from "@/features/identity/AskVerification";

export const Route = createFileRoute("/_app/verification")({ component: AskVerification });
