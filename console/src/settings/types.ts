/** The names of the types of attributes. */
import type { Text } from "~/kit/text";
import type { AttributeType } from "./queries";

const NAMES = {
  text: "attributes.typeText",
  number: "attributes.typeNumber",
  boolean: "attributes.typeBoolean",
  date: "attributes.typeDate",
  datetime: "attributes.typeDatetime",
  email: "attributes.typeEmail",
  phone: "attributes.typePhone",
  zone: "attributes.typeZone",
} as const satisfies Record<AttributeType, string>;

export function typeName(text: Text, type: AttributeType): string {
  return text(NAMES[type]);
}

/** For a select: every type with its name. */
export function attributeTypes(text: Text) {
  return (Object.keys(NAMES) as AttributeType[]).map((value) => ({ value, label: typeName(text, value) }));
}
