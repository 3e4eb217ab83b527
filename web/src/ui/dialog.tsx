import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Plain } from "@base-ui/react/dialog";
import type { ReactNode } from "react";

type Props = {
  title: string;
  text?: ReactNode;
  open: boolean;
  onClose: () => void;
  onGone?: () => void; // its closing has been drawn
  urgent?: boolean; // an answer is needed: a click beside it does not close it
  foot?: ReactNode;
  children?: ReactNode;
};

/** A sheet above the screen; keys, focus and what lies behind are Base UI's. */
export function Dialog({ title, text, open, onClose, onGone, urgent, foot, children }: Props) {
  const Parts = urgent ? AlertDialog : Plain;
  return (
    <Parts.Root open={open} onOpenChange={(now: boolean) => !now && onClose()} onOpenChangeComplete={(now) => !now && onGone?.()}>
      <Parts.Portal>
        <Parts.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Parts.Popup className="rise fixed inset-x-4 top-[14dvh] z-50 mx-auto max-h-[76dvh] max-w-lg overflow-y-auto rounded-lg border border-rule bg-sheet p-6 shadow-xl outline-none">
          <Parts.Title className="text-xl">{title}</Parts.Title>
          {text && <Parts.Description className="mt-2 text-ink-2">{text}</Parts.Description>}
          {children && <div className="mt-5">{children}</div>}
          {foot && <div className="mt-6 flex flex-wrap justify-end gap-2 border-t border-rule pt-4">{foot}</div>}
        </Parts.Popup>
      </Parts.Portal>
    </Parts.Root>
  );
}
