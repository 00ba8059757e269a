/** What the editor says to the server. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";
import type { JourneyDocument } from "./model/document";
import { plain } from "./model/plain";

export type Journey = Schemas["Journey"];
export type Audience = Schemas["AudienceAnswer"];
export type Content = Schemas["ContentSummary"];

const path = (journey: string) => ({ path: { journey } });

/** The draft if there is one, or else the newest version; with a number, that version. */
export async function readJourney(journey: string, version?: number): Promise<Journey> {
  const query = version === undefined ? {} : { version };
  const found = await body(api.GET("/api/v1/journeys/{journey}", { params: { ...path(journey), query } }));
  return { ...found, document: plain(found.document) };
}

export async function readDraft(journey: string): Promise<Journey> {
  const found = await readJourney(journey);
  return found.draft && found.draft !== found.version ? readJourney(journey, found.draft) : found;
}

export async function saveDraft(
  journey: string,
  document: JourneyDocument,
  revision: number,
): Promise<Journey> {
  const params = { ...path(journey), header: { "if-match": `"${revision}"` } };
  return body(api.PUT("/api/v1/journeys/{journey}", { params, body: document }));
}

/** The draft of the next version: a new one, unless somebody has made it already. */
export async function nextDraft(journey: string): Promise<Journey> {
  try {
    const made = await body(api.POST("/api/v1/journeys/{journey}/versions", { params: path(journey) }));
    return { ...made, document: plain(made.document) };
  } catch (why) {
    const found = await readDraft(journey);
    if (found.published_at !== null) throw why;
    return found;
  }
}

/** Read once: from then on the editor owns the document. */
export function useDraft(journey: string) {
  return useQuery({
    queryKey: ["editor", journey, "draft"],
    queryFn: () => readDraft(journey),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

export function useVersion(journey: string, version: number | undefined) {
  return useQuery({
    queryKey: ["journeys", journey, version ?? "newest"],
    queryFn: () => readJourney(journey, version),
    refetchInterval: 5_000, // its state goes on
  });
}

/** What forbids publishing the draft as it was saved last. */
export function useProblems(journey: string, revision: number, isAsked: boolean) {
  return useQuery({
    queryKey: ["editor", journey, "problems", revision],
    queryFn: () => body(api.GET("/api/v1/journeys/{journey}/problems", { params: path(journey) })),
    placeholderData: (before) => before,
    enabled: isAsked,
  });
}

export function useAudiences() {
  return useQuery({ queryKey: ["audiences"], queryFn: () => body(api.GET("/api/v1/audiences")) });
}

export function useSegments() {
  return useQuery({ queryKey: ["segments"], queryFn: () => body(api.GET("/api/v1/segments")) });
}

export function useTriggers() {
  return useQuery({ queryKey: ["triggers"], queryFn: () => body(api.GET("/api/v1/triggers")) });
}

export function useContents() {
  return useQuery({ queryKey: ["contents"], queryFn: () => body(api.GET("/api/v1/contents")) });
}

export function useContent(name: string) {
  return useQuery({
    queryKey: ["contents", name],
    queryFn: () => body(api.GET("/api/v1/contents/{name}", { params: { path: { name } } })),
    enabled: name !== "",
    retry: false,
  });
}

export function useWorkspace() {
  return useQuery({ queryKey: ["workspace"], queryFn: () => body(api.GET("/api/v1/workspace")) });
}

/** The next five times that a repeating start would run. */
export function useOccurrences(start: Schemas["SegmentStart"]) {
  return useQuery({
    queryKey: ["occurrences", start],
    queryFn: () => body(api.POST("/api/v1/journeys/occurrences", { body: start })),
    enabled: Boolean(start.repeat),
    placeholderData: (before) => before,
    retry: false,
  });
}

export function useMakeReady() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      body(api.POST("/api/v1/contents/{name}/readiness", { params: { path: { name } } })),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useMakeLive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      body(api.POST("/api/v1/segments/{name}/publication", { params: { path: { name } } })),
    onSuccess: () => client.invalidateQueries(),
  });
}
