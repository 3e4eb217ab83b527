import type { LinkProps } from "@tanstack/react-router";
import { type Account, may, type Permission } from "@/api/me";
import type { Key } from "@/lib/i18n";
import type { IconName } from "./icon";
import { places } from "./places.gen";

/** Where one can go, as its module declares it (internal/base/nav). */
export type Place = {
  to: NonNullable<LinkProps["to"]>;
  label: Key;
  icon?: IconName;
  key?: string;
  group: "main" | "own";
  needs?: Permission;
};

/** The places of a group that somebody has, in order. */
export const placesOf = (account: Account | undefined, group: Place["group"]) =>
  places.filter((place) => place.group === group && (!place.needs || may(account, place.needs)));
