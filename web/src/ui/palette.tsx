import "./messages/palette";
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { api, take } from "@/api/client";
import { me } from "@/api/me";
import { t } from "@/lib/i18n";
import { placesOf } from "./places";

type Item = { value: string; label: string; note?: string; go: () => void };
type Group = { value: string; items: Item[] };

/** Everything that can be gone to, by typing: pages, courses, people, companies, cities, batches. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const groups = useGroups(typed.trim(), onClose);
  const places = placesOf(useQuery(me).data, "main");
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-ink/35" />
        <Dialog.Popup
          aria-label={t("palette.open")}
          className="rise fixed inset-x-3 top-[12dvh] z-50 mx-auto max-w-xl overflow-hidden rounded-lg border border-rule bg-sheet shadow-xl"
        >
          <Autocomplete.Root
            open
            inline
            items={groups}
            mode="none"
            autoHighlight="always"
            value={typed}
            onValueChange={setTyped}
            itemToStringValue={(item: Item) => item.label}
          >
            <Autocomplete.Input
              aria-label={t("palette.open")}
              placeholder={t("palette.open")}
              className="h-14 w-full border-b border-rule bg-transparent px-5 text-md outline-none"
            />
            <Autocomplete.Empty className="px-5 py-4 text-ink-2 empty:hidden">
              {typed && groups.length === 0 ? t("palette.none") : null}
            </Autocomplete.Empty>
            <Autocomplete.List className="max-h-[60dvh] overflow-y-auto py-2" aria-label={t("palette.results")} tabIndex={-1}>
              {(group: Group) => (
                <Autocomplete.Group key={group.value} items={group.items} className="pb-2">
                  <Autocomplete.GroupLabel className="px-5 py-1 text-xs text-ink-3">{group.value}</Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(item: Item) => (
                      <Autocomplete.Item
                        key={item.value}
                        value={item}
                        onClick={item.go}
                        className="flex min-h-11 cursor-pointer items-center justify-between gap-4 px-5 data-highlighted:bg-wash data-highlighted:text-brand-ink"
                      >
                        <span className="truncate">{item.label}</span>
                        {item.note && <span className="truncate text-sm text-ink-3">{item.note}</span>}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
          <p className="border-t border-rule px-5 py-2 text-xs text-ink-3">
            {t("palette.keys", { keys: places.map(({ key }) => key).join(", "), places: places.map(({ label }) => t(label)).join(", ") })}
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useGroups(typed: string, onClose: () => void): Group[] {
  const navigate = useNavigate();
  const account = useQuery(me).data;
  const q = useDeferredValue(typed);
  const people = useQuery({
    queryKey: ["palette", "people", q],
    queryFn: () => take(api.GET("/directory/suggestions", { params: { query: { q } } })),
    enabled: q.length > 0,
    placeholderData: (previous) => previous,
  });
  const found = useQuery({
    queryKey: ["palette", "courses", q],
    queryFn: () => take(api.GET("/courses", { params: { query: { q, limit: 5 } } })),
    enabled: q.length > 0,
    placeholderData: (previous) => previous,
  });
  const to = (path: string, search?: Record<string, unknown>) => () => {
    onClose();
    void navigate({ to: path, search });
  };
  const lower = typed.toLowerCase();
  const pages: Item[] = [...placesOf(account, "main"), ...placesOf(account, "own")]
    .map((place) => ({ value: place.to, label: t(place.label), go: to(place.to) }))
    .filter((page) => page.label.toLowerCase().includes(lower));
  const groups: Group[] = [{ value: t("palette.pages"), items: pages }];
  if (q) {
    const suggestions = people.data?.items ?? [];
    groups.push({
      value: t("palette.people"),
      items: suggestions
        .filter((one) => one.kind === "person")
        .map((one) => ({ value: one.value, label: one.label, note: one.note, go: to(`/people/${one.value}`) })),
    });
    groups.push({
      value: t("palette.courses"),
      items: (found.data?.items ?? []).map((one) => ({ value: one.id, label: one.title, note: one.code, go: to(`/courses/${one.id}`) })),
    });
    groups.push({
      value: t("palette.filters"),
      items: suggestions
        .filter((one) => one.kind !== "person")
        .map((one) => ({
          value: `${one.kind}:${one.value}`,
          label: one.label,
          note: one.count ? t("palette.count", { count: one.count }) : one.note,
          go: one.kind === "batch" ? to(`/batches/${one.value}`) : to("/people", { [one.kind]: [one.value] }),
        })),
    });
  }
  return groups.filter((group) => group.items.length > 0);
}
