/** Who is logged in, and the ways in and out. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, Refusal, type Schemas } from "~/api/client";

export const SESSION = ["session"];

/** Whether somebody was refused because they are not logged in. */
export function isStranger(error: unknown): boolean {
  return error instanceof Refusal && error.status === 401;
}

/** Null for a stranger. */
export function useSession() {
  return useQuery({
    queryKey: SESSION,
    queryFn: async () => {
      try {
        return await body(api.GET("/api/v1/session"));
      } catch (error) {
        if (isStranger(error)) return null;
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

/** Nothing of what was seen stays in this window. */
export function useLogout() {
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/session"),
    onSuccess: () => window.location.reload(),
  });
}

export function useSetup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Schemas["Setup"]) => body(api.POST("/api/v1/setup", { body: given })),
    onSuccess: () => client.invalidateQueries(),
  });
}
