import "./messages/kit";
import { Combobox as Parts } from "@base-ui/react/combobox";
import { useId } from "react";
import { t } from "@/lib/i18n";
import { described, Frame, inputLook, type Shared } from "./field";
import { Icon } from "./icon";
import { ground, popupLook } from "./menu";

export type Option = { value: string; label: string; note?: string };

type Searched = { options: Option[]; onSearch?: (typed: string) => void; placeholder?: string }; // with onSearch the options are what was found
type One = Shared & Searched & { value?: Option; onChange: (value?: Option) => void };
type Many = Shared & Searched & { value: Option[]; onChange: (value: Option[]) => void };

const shared = (options: Option[], onSearch?: (typed: string) => void) => ({
  items: options,
  itemToStringLabel: (one: Option) => one.label,
  isItemEqualToValue: (one: Option, other: Option) => one.value === other.value,
  ...(onSearch && { filter: null, onInputValueChange: onSearch }),
});

/** One of many, by typing a part of its name. */
export function Combobox({ label, hint, error, aside, options, onSearch, placeholder, value, onChange }: One) {
  const id = useId();
  return (
    <Frame id={id} {...{ label, hint, error, aside }}>
      <Parts.Root {...shared(options, onSearch)} value={value ?? null} onValueChange={(one: Option | null) => onChange(one ?? undefined)}>
        <div className="relative">
          <Parts.Input
            id={id}
            aria-label={label} // while the list is open, its label is hidden with all the rest
            placeholder={placeholder}
            className={`${inputLook} pe-20`}
            aria-invalid={!!error}
            aria-describedby={described(id, hint, error)}
          />
          <span className="absolute inset-y-0 end-1 flex items-center text-ink-3">
            <Parts.Clear aria-label={t("kit.clear", { field: label })} className="grid size-9 place-items-center rounded-md hover:text-ink">
              <Icon name="x" size={16} />
            </Parts.Clear>
            <Parts.Trigger
              aria-label={t("kit.open", { field: label })}
              className="grid size-9 place-items-center rounded-md hover:text-ink"
            >
              <Icon name="chevron-down" size={16} />
            </Parts.Trigger>
          </span>
        </div>
        <Choices />
      </Parts.Root>
    </Frame>
  );
}

/** Several of many: what was chosen stands in the field. */
export function ComboboxMany({ label, hint, error, aside, options, onSearch, placeholder, value, onChange }: Many) {
  const id = useId();
  return (
    <Frame id={id} {...{ label, hint, error, aside }}>
      <Parts.Root multiple {...shared(options, onSearch)} value={value} onValueChange={onChange}>
        <Parts.Chips
          aria-label={label}
          className={`${inputLook} flex flex-wrap items-center gap-1.5 py-1 focus-within:outline-2 focus-within:outline-brand`}
        >
          {value.map((one) => (
            <Parts.Chip
              key={one.value}
              aria-label={one.label}
              className="flex min-h-8 items-center gap-1 rounded-full bg-wash ps-3 text-sm text-brand-ink"
            >
              {one.label}
              <Parts.ChipRemove aria-label={t("kit.without", { name: one.label })} className="grid size-8 place-items-center rounded-full">
                <Icon name="x" size={14} />
              </Parts.ChipRemove>
            </Parts.Chip>
          ))}
          <Parts.Input
            id={id}
            aria-label={label}
            placeholder={value.length === 0 ? placeholder : undefined}
            className="min-h-8 min-w-24 flex-1 bg-transparent outline-none"
            aria-invalid={!!error}
            aria-describedby={described(id, hint, error)}
          />
        </Parts.Chips>
        <Choices />
      </Parts.Root>
    </Frame>
  );
}

const Choices = () => (
  <Parts.Portal container={ground()}>
    <Parts.Positioner sideOffset={4} className="z-40 outline-none">
      <Parts.Popup className={`${popupLook} w-(--anchor-width) max-w-(--available-width)`}>
        <Parts.Empty className="px-4 py-3 text-sm text-ink-2 empty:hidden">{t("kit.nothing")}</Parts.Empty>
        <Parts.List className="max-h-[min(20rem,var(--available-height))] overflow-y-auto py-1 empty:hidden">
          {(one: Option) => (
            <Parts.Item
              key={one.value}
              value={one}
              className="flex min-h-10 cursor-pointer items-center gap-3 px-3 outline-none data-highlighted:bg-wash data-highlighted:text-brand-ink"
            >
              <span className="w-4">
                <Parts.ItemIndicator>
                  <Icon name="check" size={16} />
                </Parts.ItemIndicator>
              </span>
              <span className="min-w-0 flex-1 truncate">{one.label}</span>
              {one.note && <span className="truncate text-sm text-ink-3">{one.note}</span>}
            </Parts.Item>
          )}
        </Parts.List>
      </Parts.Popup>
    </Parts.Positioner>
  </Parts.Portal>
);
