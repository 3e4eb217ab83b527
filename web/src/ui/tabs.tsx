import { Tabs as Parts } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

type Tab<V extends string> = { value: V; label: string; aside?: ReactNode; panel: ReactNode };

/** Leaves of one page. Which is open may stand in the address: value and onChange. */
export const Tabs = <V extends string>({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string;
  tabs: Tab<V>[];
  value?: V;
  onChange?: (value: V) => void;
}) => (
  <Parts.Root value={value} defaultValue={value ?? tabs[0]?.value} onValueChange={(now) => onChange?.(now as V)}>
    <Parts.List aria-label={label} className="flex gap-6 overflow-x-auto border-b border-rule">
      {tabs.map(({ value, label, aside }) => (
        <Parts.Tab
          key={value}
          value={value}
          className="-mb-px flex min-h-11 items-center gap-2 border-b-2 border-transparent whitespace-nowrap text-ink-2 hover:text-ink data-active:border-brand data-active:font-semibold data-active:text-ink"
        >
          {label}
          {aside !== undefined && <span className="num text-sm font-normal text-ink-3">{aside}</span>}
        </Parts.Tab>
      ))}
    </Parts.List>
    {tabs.map(({ value, panel }) => (
      <Parts.Panel key={value} value={value} className="pt-5">
        {panel}
      </Parts.Panel>
    ))}
  </Parts.Root>
);
