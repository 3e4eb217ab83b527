import "./messages/kit";
import { type ReactNode, useId, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { Icon } from "./icon";

type Props = {
  label: string;
  hint?: ReactNode;
  error?: string;
  accept?: string;
  multiple?: boolean;
  busy?: boolean;
  children?: ReactNode; // what has come of it: progress, a receipt
  onFiles: (files: File[]) => void;
};

/** A place for files: to drop them on, or to choose them with a button. */
export function FileDrop({ label, hint, error, accept, multiple, busy, children, onFiles }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const give = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])].slice(0, multiple ? undefined : 1);
    if (files.length > 0) onFiles(files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      className={`grid justify-items-start gap-3 rounded-lg border border-dashed p-5 ${over ? "border-brand bg-wash" : error ? "border-bad" : "border-edge"}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!busy) give(event.dataTransfer.files);
      }}
    >
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={multiple}
        aria-label={label}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          give(event.target.files);
          event.target.value = "";
        }}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button busy={busy} aria-describedby={hint || error ? id : undefined} onClick={() => input.current?.click()}>
          <Icon name="upload" size={16} /> {label}
        </Button>
        <span className="hidden text-sm text-ink-3 md:inline">{t(multiple ? "kit.drop-many" : "kit.drop")}</span>
      </div>
      {(hint || error) && (
        <div id={id} className="text-sm">
          {hint && <p className="text-ink-3">{hint}</p>}
          {error && (
            <p role="alert" className="text-bad">
              {error}
            </p>
          )}
        </div>
      )}
      {children}
    </div>
  );
}
