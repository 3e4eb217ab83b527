import "./messages/kit";
import { t } from "@/lib/i18n";
import { Icon } from "./icon";

/** Where one is in something done in steps. */
export const Stepper = ({ label, steps, current }: { label: string; steps: string[]; current: number }) => (
  <ol aria-label={label} className="flex flex-wrap gap-y-3 sm:flex-nowrap">
    {steps.map((step, place) => {
      const done = place < current;
      const now = place === current;
      return (
        <li
          key={step}
          aria-current={now ? "step" : undefined}
          className={`flex basis-full items-baseline gap-3 border-t-2 pt-2 pe-6 sm:basis-0 sm:grow ${done || now ? "border-brand" : "border-rule"} ${now ? "font-semibold" : done ? "text-ink-2" : "text-ink-3"}`}
        >
          <span className={`year text-lg leading-none ${now ? "text-brand-ink" : ""}`}>
            {done ? <Icon name="check" size={16} label={t("kit.done")} className="text-brand-ink" /> : place + 1}
          </span>
          {step}
        </li>
      );
    })}
  </ol>
);
