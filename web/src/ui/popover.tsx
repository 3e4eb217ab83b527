import { Popover as Parts } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { buttonLook } from "./button";
import { ground, popupLook } from "./menu";

/** A note or a few fields beside the button that opens them. */
export const Popover = ({ label, title, text, children }: { label: ReactNode; title: string; text?: ReactNode; children?: ReactNode }) => (
  <Parts.Root>
    <Parts.Trigger className={buttonLook("quiet")}>{label}</Parts.Trigger>
    <Parts.Portal container={ground()}>
      <Parts.Positioner sideOffset={6} align="start" collisionPadding={12} className="z-40">
        <Parts.Popup className={`${popupLook} w-80 max-w-(--available-width) p-4`}>
          <Parts.Title className="text-md">{title}</Parts.Title>
          {text && <Parts.Description className="mt-1 text-sm text-ink-2">{text}</Parts.Description>}
          {children && <div className="mt-3">{children}</div>}
        </Parts.Popup>
      </Parts.Positioner>
    </Parts.Portal>
  </Parts.Root>
);
