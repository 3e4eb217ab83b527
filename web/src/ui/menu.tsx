import { Menu as Parts } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { buttonLook } from "./button";
import { Icon, type IconName } from "./icon";

export type MenuItem = { label: string; icon?: IconName; act: () => void; danger?: boolean; disabled?: boolean };

export const popupLook = "rise rounded-lg border border-rule bg-sheet shadow-lg outline-none";
/** Where what opens is put: inside the landmark that it belongs to. */
export const ground = () => document.querySelector("main") ?? undefined;

const row = "flex min-h-10 cursor-pointer items-center gap-3 px-4 outline-none data-highlighted:bg-wash data-highlighted:text-brand-ink";

/** What can be done with something, behind a button. Groups are parted by a hairline. */
export function Menu({ label, children, groups }: { label: string; children?: ReactNode; groups: MenuItem[][] }) {
  return (
    <Parts.Root>
      <Parts.Trigger aria-label={children ? label : undefined} className={buttonLook("quiet")}>
        {children ?? (
          <>
            {label} <Icon name="chevron-down" size={16} />
          </>
        )}
      </Parts.Trigger>
      <Parts.Portal container={ground()}>
        <Parts.Positioner sideOffset={6} align="start" className="z-40 outline-none">
          <Parts.Popup className={`${popupLook} min-w-52 py-2`}>
            {groups.map((items, place) => (
              <Parts.Group key={items[0]?.label}>
                {place > 0 && <Parts.Separator className="my-2 border-t border-rule" />}
                {items.map(({ label, icon, act, danger, disabled }) => (
                  <Parts.Item
                    key={label}
                    disabled={disabled}
                    onClick={act}
                    className={`${row} data-disabled:cursor-not-allowed data-disabled:opacity-55 ${danger ? "text-bad" : ""}`}
                  >
                    {icon && <Icon name={icon} size={16} />}
                    {label}
                  </Parts.Item>
                ))}
              </Parts.Group>
            ))}
          </Parts.Popup>
        </Parts.Positioner>
      </Parts.Portal>
    </Parts.Root>
  );
}
