/** The head of a file: its columns, which one is the key, and what they fill. */
import { expect, it } from "vitest";
import { attributeName, headOf, keyOf, suggested } from "./head";

it("reads quotes, semicolons and a byte order mark", async () => {
  const head = await headOf(new Blob(['\uFEFFCustomer id;"First name"\nC1;"Ada ""the"" Great"\n']));
  expect(head).toEqual({ columns: ["Customer id", "First name"], rows: [["C1", 'Ada "the" Great']] });
});

it("knows the key by its name, else by the address, else takes the first", () => {
  expect(keyOf(["name", "email", "customer_id"])).toBe("customer_id");
  expect(keyOf(["name", "E-Mail"])).toBe("E-Mail");
  expect(keyOf(["name", "city"])).toBe("name");
});

it("columns fill attributes of their names", () => {
  expect(suggested(["First name", "E-Mail"])).toEqual({ "First name": "first_name", "E-Mail": "e_mail" });
  expect(attributeName("2026 total")).toBe("column_2026_total");
});
