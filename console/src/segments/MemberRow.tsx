/** A test of membership in another segment of the same audience: whether, and which. */
import { Select } from "@mantine/core";
import { createContext, useContext } from "react";
import type { Schemas } from "~/api/client";
import { NameSelect } from "~/canvas/fields/NameSelect";
import { useText } from "~/kit/text";
import type { Audience } from "~/settings/queries";
import { askingAbout } from "./asking";
import { type Segment, useSegments } from "./queries";
import type { Condition } from "./tests";

type MemberTest = Schemas["MemberOf"] | Schemas["NotMemberOf"];
const KEYS = ["member_of", "not_member_of"] as const;

export function isMemberTest(condition: Condition): condition is MemberTest {
  return "member_of" in condition || "not_member_of" in condition;
}

/** A test to begin with: no segment is chosen yet. */
export const FRESH_MEMBER: Condition = { member_of: "" };

/** The name of the segment whose condition is edited; none in a journey, and while it has no name. */
export const Edited = createContext<string | undefined>(undefined);

interface MemberRowProps {
  value: MemberTest;
  audience: Audience;
  onChange(test: Condition): void;
}

/** Segments that are not live, or ask about this one, stand there with that, so that nobody wonders where they are. */
export function MemberRow({ value, audience, onChange }: MemberRowProps) {
  const text = useText();
  const edited = useContext(Edited);
  const all = useSegments().data ?? [];
  const segments = all.filter((one) => one.audience === audience.name && one.name !== edited);
  const circular = edited === undefined ? [] : askingAbout(edited, all);
  const label = ({ name, state, members }: Segment) => {
    if (circular.includes(name)) return text("condition.circular", { name });
    return state === "Live" ? text("start.sized", { name, members }) : text("start.notLive", { name, state });
  };
  const isMember = "member_of" in value;
  const chosen = isMember ? value.member_of : value.not_member_of;
  const put = (key: string, name: string) =>
    onChange(key === "member_of" ? { member_of: name } : { not_member_of: name });
  const key = isMember ? "member_of" : "not_member_of";
  return (
    <>
      <Select
        aria-label={text("condition.membership")}
        data={KEYS.map((one) => ({ value: one, label: text(`condition.${one}`) }))}
        value={key}
        onChange={(to) => to && put(to, chosen)}
        allowDeselect={false}
        w={190}
      />
      <NameSelect
        aria-label={text("condition.segment")}
        names={segments.map((one) => ({
          value: one.name,
          label: label(one),
          disabled: circular.includes(one.name),
        }))}
        value={chosen}
        onChange={(name) => put(key, name)}
        miw={240}
        flex={1}
      />
    </>
  );
}
