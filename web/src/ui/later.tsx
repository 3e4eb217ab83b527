import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Button } from "./button";
import { Field, type Shared } from "./field";

// Parts that weigh more than a whole screen of ours (38 to 71 kB). A screen stands and works without them: in their place is something
// of the same size until they have come. Screens take them from here and never from their own files; a test holds that.

function later<P extends object>(part: () => Promise<ComponentType<P>>, Still: ComponentType<P>): ComponentType<P> {
  const Part = lazy(async () => ({ default: (await part()) as ComponentType<object> }));
  return (props) => (
    <Suspense fallback={<Still {...props} />}>
      <Part {...props} />
    </Suspense>
  );
}

const Knob = ({ label, children }: { label: ReactNode; children?: ReactNode }) => <Button busy>{children ?? label}</Button>;
const Line = ({ label, hint, error, aside }: Shared) => <Field {...{ label, hint, error, aside }} disabled />;

const combobox = () => import("./combobox");
const dates = () => import("./dates");

export const Menu = later(async () => (await import("./menu")).Menu, Knob);
export const Popover = later(
  async () => (await import("./popover")).Popover,
  ({ label }) => <Knob label={label} />,
);
export const Combobox = later(async () => (await combobox()).Combobox, Line);
export const ComboboxMany = later(async () => (await combobox()).ComboboxMany, Line);
export const DateField = later(async () => (await dates()).DateField, Line);
export const MomentField = later(async () => (await dates()).MomentField, Line);
export const TimeField = later(async () => (await dates()).TimeField, Line);
