/** What the pages of segments say to the server. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type Segment = Schemas["SegmentAnswer"];
export type Question = Schemas["Question"];

const KEY = "segments";
const LIVE = 5_000;

export function useSegments() {
  return useQuery({
    queryKey: [KEY],
    queryFn: () => body(api.GET("/api/v1/segments")),
    refetchInterval: LIVE,
  });
}

export function useSegment(name: string) {
  const params = { path: { name } };
  return useQuery({
    queryKey: [KEY, name],
    queryFn: () => body(api.GET("/api/v1/segments/{name}", { params })),
    refetchInterval: LIVE,
  });
}

/** How many people a condition holds for now, and some of them; what was known stays on the screen meanwhile. */
export function usePreview(question: Question) {
  return useQuery({
    queryKey: [KEY, "preview", question],
    queryFn: () => body(api.POST("/api/v1/segments/previews", { body: question })),
    placeholderData: keepPreviousData,
  });
}

export function useMembers(name: string) {
  return useInfiniteQuery({
    queryKey: [KEY, name, "members"],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/segments/{name}/members", {
          params: { path: { name }, query: pageParam ? { after: pageParam } : {} },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.after,
    refetchInterval: LIVE,
  });
}

function named(name: string) {
  return { params: { path: { name } } };
}

export function useSegmentChanges() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: [KEY] });
  return {
    create: useMutation({
      mutationFn: (given: Schemas["NewSegment"]) => body(api.POST("/api/v1/segments", { body: given })),
      onSuccess,
    }),
    change: useMutation({
      mutationFn: ({ name, ...given }: Question & { name: string }) =>
        body(api.PUT("/api/v1/segments/{name}", { ...named(name), body: given })),
      onSuccess,
    }),
    goLive: useMutation({
      mutationFn: (name: string) => body(api.POST("/api/v1/segments/{name}/publication", named(name))),
      onSuccess,
    }),
    stop: useMutation({
      mutationFn: (name: string) => body(api.DELETE("/api/v1/segments/{name}/publication", named(name))),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (name: string) => api.DELETE("/api/v1/segments/{name}", named(name)),
      onSuccess,
    }),
  };
}
