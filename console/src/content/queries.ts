/** What the pages of content say to the server. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type ContentSummary = Schemas["ContentSummary"];
export type Content = Schemas["ContentAnswer"];
export type EmailDocument = Schemas["EmailDocument"];
export type TextDocument = Schemas["TextDocument"];
export type PushDocument = Schemas["PushDocument"];
export type ContentDocument = EmailDocument | TextDocument | PushDocument;
export type DraftPreview = Schemas["DraftPreview"];
export type Problem = Schemas["ProblemAnswer"];
export type Person = Schemas["PeoplePage"]["people"][number];
export type Kind = ContentSummary["kind"];

const KEY = "contents";

export function useContents() {
  return useQuery({ queryKey: [KEY], queryFn: () => body(api.GET("/api/v1/contents")) });
}

export function contentQuery(name: string) {
  return {
    queryKey: [KEY, name],
    queryFn: () => body(api.GET("/api/v1/contents/{name}", { params: { path: { name } } })),
  };
}

/** Asked when it is opened, and not again while it is being written: what is on the screen is newer. */
export function useContent(name: string) {
  return useQuery({
    ...contentQuery(name),
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function useCreateContent() {
  return useChange((document: ContentDocument) => body(api.POST("/api/v1/contents", { body: document })));
}

/** A copy is a new draft with the same document. */
export function useCopyContent(name: string) {
  return useChange(async (copy: string) => {
    const { document } = await body(api.GET("/api/v1/contents/{name}", { params: { path: { name } } }));
    return await body(api.POST("/api/v1/contents", { body: { ...document, name: copy } }));
  });
}

export function useDeleteContent(name: string) {
  return useChange(() => api.DELETE("/api/v1/contents/{name}", { params: { path: { name } } }));
}

/** Saves over the revision that was read, and no other. */
export async function saveContent(document: ContentDocument, revision: string | null): Promise<Content> {
  const header = revision === null ? {} : { "if-match": revision };
  const params = { path: { name: document.name }, header };
  return await body(api.PUT("/api/v1/contents/{name}", { params, body: document }));
}

export function useMakeReady(name: string) {
  return useChange(() => body(api.POST("/api/v1/contents/{name}/readiness", { params: { path: { name } } })));
}

export function usePreview(document: ContentDocument, person: string | null) {
  return useQuery({
    queryKey: ["preview", document, person],
    queryFn: () => body(api.POST("/api/v1/contents/previews", { body: { document, person } })),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
}

export function useTestSend(name: string) {
  return useMutation({
    mutationFn: (given: Schemas["TestSend"]) =>
      body(api.POST("/api/v1/contents/{name}/test-sends", { params: { path: { name } }, body: given })),
  });
}

export function useAudiences() {
  return useQuery({
    queryKey: ["audiences"],
    queryFn: () => body(api.GET("/api/v1/audiences")),
    staleTime: 60_000,
  });
}

export function useTriggers() {
  return useQuery({
    queryKey: ["triggers"],
    queryFn: () => body(api.GET("/api/v1/triggers")),
    staleTime: 60_000,
  });
}

/** The first people of an audience whose key or attributes begin with these words. */
export function usePeople(audience: string, search: string) {
  return useQuery({
    queryKey: ["people", audience, search, "few"],
    queryFn: async () =>
      (await body(api.GET("/api/v1/people", { params: { query: { audience, search, limit: 10 } } }))).people,
    placeholderData: keepPreviousData,
  });
}

function useChange<Given, Answer>(ask: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSuccess: () => client.invalidateQueries({ queryKey: [KEY], exact: true }),
  });
}
