/** What the pages of journeys say to the server. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type Journey = Schemas["Journey"];
export type JourneyDocument = Schemas["JourneyDocument"];

const KEY = "journeys";

/** Counts move while a page is open: they are asked for again as long as somebody looks. */
const LIVE = 5_000;

export function useJourneys() {
  return useQuery({
    queryKey: [KEY],
    queryFn: async () => (await body(api.GET("/api/v1/journeys"))).journeys,
    refetchInterval: LIVE,
  });
}

export function useOverview() {
  return useQuery({
    queryKey: ["overview"],
    queryFn: async () => (await body(api.GET("/api/v1/overview"))).journeys,
    refetchInterval: LIVE,
  });
}

/** One version of a journey; the newest that was published, or else the draft, when none is named. */
export function useJourney(journey: string, version?: number) {
  return useQuery({
    queryKey: [KEY, journey, version ?? "newest"],
    queryFn: () =>
      body(
        api.GET("/api/v1/journeys/{journey}", {
          params: { path: { journey }, query: version === undefined ? {} : { version } },
        }),
      ),
  });
}

/** Who changed the state of a journey, the newest first. */
export function useHistory(journey: string) {
  return useQuery({
    queryKey: [KEY, journey, "history"],
    queryFn: async () => {
      const params = { path: { journey } };
      return (await body(api.GET("/api/v1/journeys/{journey}/history", { params }))).changes.toReversed();
    },
  });
}

export function useCreateJourney() {
  return useChange((document: JourneyDocument) => body(api.POST("/api/v1/journeys", { body: document })));
}

/** What can be done to a journey in its life; each answers the journey as it is then. */
export function useLife(journey: string) {
  const params = { path: { journey } };
  return {
    pause: useChange((timers: Schemas["Pause"]["timers"]) =>
      body(api.POST("/api/v1/journeys/{journey}/pause", { params, body: { timers: timers ?? "run_on" } })),
    ),
    resume: useChange((rate: Schemas["Rate"] | null) =>
      body(api.POST("/api/v1/journeys/{journey}/resume", { params, body: { rate } })),
    ),
    stop: useChange(() => body(api.POST("/api/v1/journeys/{journey}/stopping", { params }))),
    copy: useChange((name: string) =>
      body(api.POST("/api/v1/journeys/{journey}/copies", { params, body: { name } })),
    ),
    newVersion: useChange(() => body(api.POST("/api/v1/journeys/{journey}/versions", { params }))),
    remove: useChange(() => api.DELETE("/api/v1/journeys/{journey}", { params })),
    /** Of the draft only the revision that was looked at. */
    publish: useChange((revision: number) =>
      body(
        api.POST("/api/v1/journeys/{journey}/publication", {
          params: { ...params, header: { "if-match": `"${revision}"` } },
        }),
      ),
    ),
  };
}

function useChange<Given, Answer>(ask: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ask,
    // what is refused is often refused because something has changed
    onSettled: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}
