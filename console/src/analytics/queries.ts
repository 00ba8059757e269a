/** What the analytics pages say to the server, beside listening to live numbers. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";
import type { OverTime } from "./model/moments";
import type { NumberOf, Where } from "./where";

export type AbTest = Schemas["AbTest"];
export type Participant = Schemas["Participant"];

const KEY = "analytics";
const NOW_AND_THEN = 20_000;
const SELDOM = 60_000;

function partOf({ version, run }: Pick<Where, "version" | "run">) {
  return { ...(version === undefined ? {} : { version }), ...(run === undefined ? {} : { run }) };
}

function given(number: NumberOf) {
  return Object.fromEntries(Object.entries(number).filter(([, value]) => value !== undefined));
}

export function useVersions(journey: string) {
  return useQuery({
    queryKey: [KEY, journey, "versions"],
    queryFn: async () =>
      (await body(api.GET("/api/v1/journeys/{journey}/versions", { params: { path: { journey } } })))
        .versions,
    refetchInterval: NOW_AND_THEN,
  });
}

export function useRuns(journey: string) {
  return useQuery({
    queryKey: [KEY, journey, "runs"],
    queryFn: async () =>
      (await body(api.GET("/api/v1/journeys/{journey}/runs", { params: { path: { journey } } }))).runs,
    refetchInterval: NOW_AND_THEN,
  });
}

export function useOverTime(journey: string, where: Where, by: OverTime["by"]) {
  const query = { ...partOf(where), by };
  return useQuery({
    queryKey: [KEY, journey, "over-time", query],
    queryFn: () =>
      body(api.GET("/api/v1/journeys/{journey}/numbers/over-time", { params: { path: { journey }, query } })),
    refetchInterval: SELDOM,
    placeholderData: (before) => before,
  });
}

/** How the A/B tests of a step stand. While one runs it is a wide look for the server. */
export function useAbTests(journey: string, where: Where, step: string) {
  const params = { path: { journey, step }, query: partOf(where) };
  return useQuery({
    queryKey: [KEY, journey, "ab-tests", params],
    queryFn: () => body(api.GET("/api/v1/journeys/{journey}/ab-tests/{step}", { params })),
    refetchInterval: NOW_AND_THEN,
  });
}

/** The people behind a number, page by page. */
export function useBehind(journey: string, where: Where, number: NumberOf) {
  const query = { ...partOf(where), ...given(number) };
  return useInfiniteQuery({
    queryKey: [KEY, journey, "people", query],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/journeys/{journey}/participants", {
          params: { path: { journey }, query: { ...query, ...(pageParam ? { after: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** Where all of them are to be had as CSV. */
export function exportOf(journey: string, where: Where, number: NumberOf): string {
  const all = Object.entries({ ...partOf(where), ...given(number) }).map(([name, value]) => [
    name,
    `${value}`,
  ]);
  return `/api/v1/journeys/${journey}/participants.csv?${new URLSearchParams(all)}`;
}
