/** Who is logged in, and the ways in and out. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, Refusal, type Schemas } from "~/api/client";

const KEY = ["session"];

/** Null for a stranger. */
export function useSession() {
  return useQuery({
    queryKey: KEY,
    queryFn: async () => {
      try {
        return await body(api.GET("/api/v1/session"));
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Schemas["Login"] | Schemas["LoginLink"]) =>
      "token" in given
        ? body(api.POST("/api/v1/session/link", { body: given }))
        : body(api.POST("/api/v1/session", { body: given })),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/session"),
    onSuccess: () => {
      client.setQueryData(KEY, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
    },
  });
}

export function useSetup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Schemas["Setup"]) => body(api.POST("/api/v1/setup", { body: given })),
    onSuccess: () => client.invalidateQueries(),
  });
}
