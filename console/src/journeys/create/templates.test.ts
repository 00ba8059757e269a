/** Every template is a document that the canvas can show, and words find the one that they speak of. */
import { expect, it } from "vitest";
import { allSteps } from "~/canvas/model/document";
import { layout } from "~/canvas/model/layout";
import { createEnglish } from "./english";
import { matching, TEMPLATES, type TemplateId } from "./templates";

const soon = { at: (days: number) => `2026-12-${String(days).padStart(2, "0")}T09:00` };
const described = (id: TemplateId) => `${createEnglish[`create.${id}`]} ${createEnglish[`create.${id}Hint`]}`;

it.each(TEMPLATES.map((template) => [template.id, template]))(
  "%s has steps with names of their own",
  (_, template) => {
    const ids = allSteps(template.steps(soon)).map((step) => step.id);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      layout({ journey: "A", start: { segment: "b" }, steps: template.steps(soon) }).nodes.length,
    ).toBeGreaterThan(3);
  },
);

it.each([
  ["welcome new customers", "welcome"],
  ["remind people of the webinar", "reminder"],
  ["Something for their birthday!", "birthday"],
  ["win customers back with an offer", "winback"],
])("%s is answered with %s", (words, id) => {
  expect(matching(words, described)[0]?.id).toBe(id);
});

it("no words are answered with all, and words that fit nothing with none", () => {
  expect(matching("  ", described)).toHaveLength(TEMPLATES.length);
  expect(matching("quantum chromodynamics", described)).toEqual([]);
});
