/** What the settings say to the server. */
import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Schemas } from "~/api/client";

export type Audience = Schemas["AudienceAnswer"];
export type AttributeType = Schemas["Declaration"]["type"];
export type Channel = Schemas["ChannelAnswer"];
export type Sender = Schemas["SenderAnswer"];

const WORKSPACE = ["workspace"];
const AUDIENCES = ["audiences"];
const KEYS = ["keys"];
const SENDERS = ["senders"];

export function useWorkspace() {
  return useQuery({ queryKey: WORKSPACE, queryFn: () => body(api.GET("/api/v1/workspace")) });
}

export function useChangeWorkspace() {
  return useSaved(WORKSPACE, (given: Schemas["WorkspaceChange"]) =>
    body(api.PATCH("/api/v1/workspace", { body: given })),
  );
}

/** The audiences and their attributes: what every picker of attributes offers. */
export function useAudiences() {
  return useQuery({ queryKey: AUDIENCES, queryFn: () => body(api.GET("/api/v1/audiences")) });
}

export function useChangeAudience(name: string) {
  return useSaved(AUDIENCES, (given: Schemas["AudienceChange"]) =>
    body(api.PATCH("/api/v1/audiences/{name}", { params: { path: { name } }, body: given })),
  );
}

export function useDeclareAttribute(name: string) {
  return useSaved(AUDIENCES, ({ attribute, type }: { attribute: string; type: AttributeType }) =>
    body(
      api.PUT("/api/v1/audiences/{name}/attributes/{attribute}", {
        params: { path: { name, attribute } },
        body: { type },
      }),
    ),
  );
}

/** What the editor of emails offers, too. */
export function useSenders() {
  return useQuery({ queryKey: SENDERS, queryFn: () => body(api.GET("/api/v1/senders")) });
}

export function useAddSender() {
  return useSaved(SENDERS, (given: Schemas["SenderGiven"]) =>
    body(api.POST("/api/v1/senders", { body: given })),
  );
}

export function useChangeSender(sender: number) {
  return useSaved(SENDERS, (given: Schemas["SenderGiven"]) =>
    body(api.PUT("/api/v1/senders/{sender}", { params: { path: { sender } }, body: given })),
  );
}

export function useDeleteSender(sender: number) {
  return useSaved(SENDERS, () => api.DELETE("/api/v1/senders/{sender}", { params: { path: { sender } } }));
}

export function useTestSender(sender: number) {
  return useMutation({
    mutationFn: (to: string[]) =>
      body(api.POST("/api/v1/senders/{sender}/test-sends", { params: { path: { sender } }, body: { to } })),
  });
}

export function useChannels() {
  return useQuery({
    queryKey: ["channels"],
    queryFn: async () => (await body(api.GET("/api/v1/channels"))).channels,
  });
}

export function useProbe(kind: Channel["kind"]) {
  return useMutation({
    mutationFn: () => body(api.POST("/api/v1/channels/{kind}/probe", { params: { path: { kind } } })),
  });
}

export function useKeys() {
  return useQuery({ queryKey: KEYS, queryFn: () => body(api.GET("/api/v1/keys")) });
}

export function useMakeKey() {
  return useSaved(KEYS, (name: string) => body(api.POST("/api/v1/keys", { body: { name } })));
}

export function useRevokeKey() {
  return useSaved(KEYS, (name: string) => api.DELETE("/api/v1/keys/{name}", { params: { path: { name } } }));
}

/** Sample data touch everything: all that was known is asked for again. */
export function useSampleData() {
  return useSaved([], () => body(api.POST("/api/v1/sample-data")));
}

function useSaved<Given, Answer>(queryKey: QueryKey, ask: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: ask, onSuccess: () => client.invalidateQueries({ queryKey }) });
}
