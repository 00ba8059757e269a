/** What the address of the page says: which version and run, how they are shown, and which number or person is open. */
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { operations } from "~/api/schema";

type Query = NonNullable<operations["journey_participants"]["parameters"]["query"]>;
export type Flow = NonNullable<Query["flow"]>;
export const VIEWS = ["canvas", "table", "time"] as const;
export type View = (typeof VIEWS)[number];

/** One number; without anything but a step it is everybody who came there. */
export interface NumberOf {
  step?: string | undefined;
  flow?: Flow | undefined;
  outcome?: string | undefined;
  reason?: string | undefined;
  link?: string | undefined;
  automated?: boolean | undefined;
  /** At an A/B test: who tried a version, or who got the winner afterwards. */
  tested?: boolean | undefined;
}

export interface Where {
  version: number | "all" | undefined;
  run: number | undefined;
  /** What fits the window, when nothing is chosen. */
  view: View | undefined;
  step: string | undefined;
  /** The number whose people are listed. */
  number: NumberOf | undefined;
  /** Whose way is shown, and which one, if they went several. */
  person: string | undefined;
  way: string | undefined;
}

export function readWhere(search: URLSearchParams): Where {
  const get = (name: string) => search.get(name) ?? undefined;
  const version = get("version");
  const people = get("people");
  return {
    version: version === "all" ? version : Number(version) || undefined,
    run: Number(get("run")) || undefined,
    view: VIEWS.find((view) => view === get("view")),
    step: get("step"),
    number: people
      ? {
          step: get("step"),
          flow: people === "all" ? undefined : (people as Flow),
          outcome: get("outcome"),
          reason: get("reason"),
          link: get("link"),
          automated: search.has("automated") || undefined,
          tested: search.has("tested") ? search.get("tested") === "1" : undefined,
        }
      : undefined,
    person: get("person"),
    way: get("way"),
  };
}

export function writeWhere({ version, run, view, step, number, person, way }: Where): string {
  const told: Record<string, string | number | undefined> = {
    version,
    run,
    view,
    step: number ? number.step : step,
    people: number && (number.flow ?? "all"),
    outcome: number?.outcome,
    reason: number?.reason,
    link: number?.link,
    automated: number?.automated ? "1" : undefined,
    tested: number?.tested === undefined ? undefined : Number(number.tested),
    person,
    way,
  };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(told)) if (value !== undefined) search.set(name, String(value));
  return search.toString();
}

/** Where the page is, and the address of where it would be with a change. */
export function useWhere() {
  const [search, setSearch] = useSearchParams();
  return useMemo(() => {
    const where = readWhere(search);
    const to = (change: Partial<Where>) => `?${writeWhere({ ...where, ...change })}`;
    const go = (change: Partial<Where>, replace = false) =>
      setSearch(writeWhere({ ...where, ...change }), { replace });
    return { where, to, go };
  }, [search, setSearch]);
}
