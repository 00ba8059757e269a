/** What the pages of people say to the server. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type Person = Schemas["PersonAnswer"];
export type ContactChannel = "email" | "text";

const KEY = "people";
const LIVE = 5_000;

export function usePeople(audience: string, search: string) {
  return useInfiniteQuery({
    queryKey: [KEY, "found", audience, search],
    queryFn: ({ pageParam }) => {
      const query = { audience, search, ...(pageParam ? { after: pageParam } : {}) };
      return body(api.GET("/api/v1/people", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function usePerson(person: string) {
  return useQuery({
    queryKey: [KEY, person],
    queryFn: () => body(api.GET("/api/v1/people/{person}", { params: { path: { person } } })),
  });
}

export function useTimeline(person: string) {
  return useQuery({
    queryKey: [KEY, person, "timeline"],
    queryFn: () => body(api.GET("/api/v1/people/{person}/timeline", { params: { path: { person } } })),
    refetchInterval: LIVE,
    enabled: person !== "",
  });
}

/** The segments that the person is a member of now, since when. */
export function useMemberships(person: string) {
  return useQuery({
    queryKey: [KEY, person, "memberships"],
    queryFn: async () => {
      const params = { path: { person } };
      const found = await body(api.GET("/api/v1/people/{person}/memberships", { params }));
      return found.filter((one) => one.until === null);
    },
    refetchInterval: LIVE,
  });
}

/** Why a journey did to this person what it did, in sentences (N4). */
export function useExplanation(journey: string, person: string) {
  const params = { path: { journey, person } };
  return useQuery({
    queryKey: [KEY, person, "explanation", journey],
    queryFn: async () =>
      (await body(api.GET("/api/v1/journeys/{journey}/people/{person}/explanation", { params }))).sentences,
  });
}

export function useConsents(channel: ContactChannel, address: string) {
  return useQuery({
    queryKey: [KEY, "consents", channel, address],
    queryFn: () => body(api.GET("/api/v1/consents", { params: { query: { channel, address } } })),
  });
}

/** Why nothing is sent to an address; null for one that may be written to. */
export function useSuppression(channel: ContactChannel, address: string) {
  return useQuery({
    queryKey: [KEY, "suppression", channel, address],
    queryFn: async () =>
      (await body(api.GET("/api/v1/suppressions", { params: { query: { channel, address } } })))[0] ?? null,
  });
}

export function useDeletePerson(person: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/people/{person}", { params: { path: { person } } }),
    onSuccess: () => client.removeQueries({ queryKey: [KEY, "found"] }),
  });
}

export interface Order {
  file: File;
  audience: string;
  key: string;
  mapping: Record<string, string>;
  region: string;
}

/** Imports a file; the answer comes when it is done. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: Order) => {
      const form = formOf(order);
      const given = form as unknown as Schemas["Body_import_people"];
      return body(api.POST("/api/v1/people/imports", { body: given, bodySerializer: () => form }));
    },
    onSuccess: () => client.invalidateQueries(),
  });
}

function formOf({ file, audience, key, mapping, region }: Order): FormData {
  const form = new FormData();
  form.set("file", file);
  form.set("audience", audience);
  form.set("key", key);
  form.set("mapping", JSON.stringify(mapping));
  form.set("add_unknown_attributes", "true");
  if (region) form.set("region", region);
  return form;
}

/** The newest import, asked for while one runs. */
export function useProgress() {
  return useQuery({
    queryKey: [KEY, "imports"],
    queryFn: async () => (await body(api.GET("/api/v1/people/imports"))).imports[0] ?? null,
    refetchInterval: 1_000,
  });
}
