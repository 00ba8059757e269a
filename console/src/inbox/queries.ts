/** What the inbox says to the server. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type Line = Schemas["InboxLine"];
export type Message = Schemas["InboxMessage"];
export type Channel = "email" | "text" | "push";

/** Messages arrive while somebody looks. */
const LIVE = 5_000;

/** Page after page, newest first. */
export function useInbox(search: string, channel: Channel | null) {
  return useInfiniteQuery({
    queryKey: ["inbox", search, channel],
    queryFn: ({ pageParam }) => {
      const query = {
        limit: 50,
        search,
        ...(channel ? { channel } : {}),
        ...(pageParam ? { after: pageParam } : {}),
      };
      return body(api.GET("/api/v1/inbox", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: LIVE,
    placeholderData: (before) => before,
  });
}

export function useMessage(key: string) {
  return useQuery({
    queryKey: ["inbox", "one", key],
    queryFn: () => body(api.GET("/api/v1/inbox/{key}", { params: { path: { key } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
