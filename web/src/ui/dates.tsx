import "./messages/kit";
import { type CalendarDate, parseAbsolute, parseDate, parseTime, type Time, type ZonedDateTime } from "@internationalized/date";
import { type ReactNode, useId } from "react";
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  TimeField as Clock,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  I18nProvider,
  Label,
  Popover,
  useLocale,
} from "react-aria-components";
import { locale, t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { inputLook, type Shared } from "./field";
import { Icon } from "./icon";
import { popupLook } from "./menu";

// Dates and times as a person writes them, in their language's order. React Aria knows calendars and keys; nothing else of it is used.

type Props = Shared & { value?: string; onChange: (value?: string) => void; disabled?: boolean };

/** A civil date, as 2026-11-21. */
export const DateField = ({ value, onChange, disabled, ...frame }: Props) => (
  <Picked
    {...frame}
    part={(look) => (
      <DatePicker<CalendarDate>
        {...look}
        isDisabled={disabled}
        value={value ? parseDate(value) : null}
        onChange={(date) => onChange(date?.toString())}
      >
        <Calendared {...frame} />
      </DatePicker>
    )}
  />
);

/** A moment, written in the institution's time zone and kept as 2026-11-21T09:00:00.000Z. */
export const MomentField = ({ value, onChange, disabled, ...frame }: Props) => (
  <Picked
    {...frame}
    part={(look) => (
      <DatePicker<ZonedDateTime>
        {...look}
        granularity="minute"
        hideTimeZone
        isDisabled={disabled}
        placeholderValue={parseAbsolute(new Date().toISOString(), start.institution.time_zone).set({
          minute: 0,
          second: 0,
          millisecond: 0,
        })}
        value={value ? parseAbsolute(value, start.institution.time_zone) : null}
        onChange={(moment) => onChange(moment?.toAbsoluteString())}
      >
        <Calendared {...frame} />
      </DatePicker>
    )}
  />
);

/** A time of the day, as 14:30. */
export const TimeField = ({ value, onChange, disabled, ...frame }: Props) => (
  <Picked
    {...frame}
    part={(look) => (
      <Clock<Time>
        {...look}
        isDisabled={disabled}
        value={value ? parseTime(value) : null}
        onChange={(time) => onChange(time ? time.toString().slice(0, 5) : undefined)}
      >
        <Name {...frame} />
        <Segments error={frame.error} />
      </Clock>
    )}
  />
);

type Look = { isInvalid: boolean; "aria-describedby"?: string };

/** A field with its hint and what is wrong with it. */
function Picked({ hint, error, part }: Shared & { part: (look: Look) => ReactNode }) {
  const id = useId();
  return (
    <I18nProvider locale={locale}>
      <div>
        {part({ isInvalid: !!error, "aria-describedby": hint || error ? id : undefined })}
        <div id={id}>
          {hint && <p className="mt-1 text-sm text-ink-3">{hint}</p>}
          {error && <p className="mt-1 text-sm text-bad">{error}</p>}
        </div>
      </div>
    </I18nProvider>
  );
}

const Name = ({ label, aside }: Shared) => (
  <div className="mb-1 flex items-baseline justify-between gap-4">
    <Label className="text-sm font-semibold">{label}</Label>
    {aside}
  </div>
);

/** The parts of a date in their language's order, whichever way the page runs. */
function Segments({ error, className = inputLook }: { error?: string; className?: string }) {
  const { direction } = useLocale();
  return (
    <DateInput dir={direction} className={`num flex items-center ${className} ${error ? "border-2! border-bad!" : ""}`}>
      {(segment) => (
        <DateSegment
          segment={segment}
          className="min-h-6 rounded-sm px-0.5 text-center outline-none not-data-[type=literal]:min-w-6 data-focused:bg-brand data-focused:text-on-brand data-placeholder:text-ink-3 data-placeholder:data-focused:text-on-brand"
        />
      )}
    </DateInput>
  );
}

const arrow = "grid size-10 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink";

const Calendared = (frame: Shared) => (
  <>
    <Name {...frame} />
    <Group
      className={`${inputLook} flex! items-center py-0! pe-1! focus-within:outline-2 focus-within:outline-brand ${frame.error ? "border-2! border-bad!" : ""}`}
    >
      <Segments className="flex-1 py-2" />
      <Button aria-label={t("kit.calendar")} className="grid size-9 place-items-center rounded-md text-ink-3 hover:text-ink">
        <Icon name="calendar" size={16} />
      </Button>
    </Group>
    <Popover className={`${popupLook} p-4`} placement="bottom start">
      <Dialog className="outline-none" aria-label={t("kit.calendar")}>
        <Calendar>
          <header className="mb-2 flex items-center justify-between">
            <Button slot="previous" className={arrow}>
              <Icon name="chevron-left" size={16} className="rtl:rotate-180" />
            </Button>
            <Heading className="font-serif text-md" />
            <Button slot="next" className={arrow}>
              <Icon name="chevron-right" size={16} className="rtl:rotate-180" />
            </Button>
          </header>
          <CalendarGrid className="num [&_th]:h-8 [&_th]:text-xs [&_th]:font-normal [&_th]:text-ink-3">
            {(date) => (
              <CalendarCell
                date={date}
                className="grid size-10 cursor-pointer place-items-center rounded-md text-sm outline-none hover:bg-sunk data-disabled:text-ink-3 data-focus-visible:outline-2 data-focus-visible:outline-brand data-outside-month:hidden data-selected:bg-brand data-selected:font-semibold data-selected:text-on-brand data-unavailable:line-through"
              />
            )}
          </CalendarGrid>
        </Calendar>
      </Dialog>
    </Popover>
  </>
);
