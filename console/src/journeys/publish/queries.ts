/** What the publish page asks: what would happen now, and what a rehearsal finds. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type Outlook = Schemas["Outlook"];
export type Rehearsal = Schemas["Rehearsal"];

const SOON = 2_000;

export function useOutlook(journey: string) {
  return useQuery({
    queryKey: ["journeys", journey, "outlook"],
    queryFn: () => body(api.GET("/api/v1/journeys/{journey}/problems", { params: { path: { journey } } })),
    staleTime: 0,
    // who is not counted yet is within seconds
    refetchInterval: ({ state }) =>
      state.data?.warnings.some((warning) => warning.code === "members_unknown") && SOON,
  });
}

/** The draft that would be published. */
export function useDraft(journey: string) {
  return useQuery({
    queryKey: ["journeys", journey, "draft"],
    queryFn: async () => {
      const params = { path: { journey } };
      const newest = await body(api.GET("/api/v1/journeys/{journey}", { params }));
      if (!newest.draft || newest.draft === newest.version) return newest;
      const query = { version: newest.draft };
      return body(api.GET("/api/v1/journeys/{journey}", { params: { ...params, query } }));
    },
  });
}

export function useRehearse(journey: string) {
  return useMutation({
    mutationFn: (assumed: Schemas["Engagement-Input"]) =>
      body(
        api.POST("/api/v1/journeys/{journey}/rehearsals", { params: { path: { journey } }, body: assumed }),
      ),
  });
}
