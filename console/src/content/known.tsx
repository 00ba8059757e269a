/** What a content may say of its readers: attributes of their audience, and of the trigger that starts them. */
import { createContext, type ReactNode, useContext } from "react";
import { type ContentDocument, useAudiences, useTriggers } from "./queries";

type Readers = Pick<ContentDocument, "audience" | "trigger">;

const Given = createContext<Readers>({ audience: "" });

export function Known({ value, children }: { value: Readers; children: ReactNode }) {
  return <Given value={value}>{children}</Given>;
}

/** The paths that Liquid knows, such as `person.first_name`. */
export function useKnown(): { person: string[]; trigger: string[] } {
  const given = useContext(Given);
  const audience = useAudiences().data?.find(({ name }) => name === given.audience);
  const trigger = useTriggers().data?.find(({ name }) => name === given.trigger);
  return { person: paths("person", audience?.attributes), trigger: paths("trigger", trigger?.attributes) };
}

function paths(root: string, attributes: object | undefined): string[] {
  return Object.keys(attributes ?? {}).map((attribute) => `${root}.${attribute}`);
}
