/** The template gallery: journeys to begin from. Each is a pure function of now and of the words it is written in. */
import {
  IconCake,
  IconCalendarEvent,
  IconHeartHandshake,
  IconMoodSmile,
  IconRefresh,
  IconSpeakerphone,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Schemas } from "~/api/client";
import type { Step } from "~/canvas/model/document";

export type Start = Schemas["JourneyDocument"]["start"];

/** Local times of the journey's wall clock that a template may wait for. */
export interface Soon {
  /** Nine o'clock, so many days from now. */
  at(days: number): string;
}

export interface Template {
  id: TemplateId;
  icon: TablerIcon;
  /** How people enter, beside the segment that the user chooses. */
  start: Partial<Schemas["SegmentStart"]>;
  steps(soon: Soon): Step[];
}

export type TemplateId = "announcement" | "welcome" | "reengage" | "reminder" | "birthday" | "winback";

export const TEMPLATES: readonly Template[] = [
  { id: "announcement", icon: IconSpeakerphone, start: { frequency: "once" }, steps: announcement },
  { id: "welcome", icon: IconMoodSmile, start: { frequency: "newly_added" }, steps: welcome },
  { id: "reengage", icon: IconRefresh, start: { frequency: "newly_added", rejoin: true }, steps: reengage },
  { id: "reminder", icon: IconCalendarEvent, start: { frequency: "once" }, steps: reminder },
  {
    id: "birthday",
    icon: IconCake,
    start: { frequency: "repeating", repeat: { every: 1, unit: "day" }, inside: "skip" },
    steps: birthday,
  },
  {
    id: "winback",
    icon: IconHeartHandshake,
    start: { frequency: "newly_added", rejoin: true },
    steps: winBack,
  },
];

/** The page's own example: an email, and a text message at the launch for those who clicked within a day. */
function announcement(soon: Soon): Step[] {
  return [
    email("announce", "announcement"),
    {
      id: "clicked",
      kind: "if",
      of: "announce",
      event: "link_clicked",
      within: "1 day",
      yes: [
        { id: "launch", kind: "wait_until", at: soon.at(14) },
        { id: "launched", kind: "text", content: "launched", to: "phone" },
      ],
      no: [],
    },
  ];
}

function welcome(): Step[] {
  return [
    email("welcome", "welcome"),
    { id: "two-days", kind: "wait", for: "2 days" },
    email("first-steps", "first-steps"),
    {
      id: "clicked",
      kind: "if",
      of: "first-steps",
      event: "link_clicked",
      within: "3 days",
      yes: [{ id: "started", kind: "goal", name: "started" }],
      no: [email("can-we-help", "can-we-help")],
    },
  ];
}

function reengage(): Step[] {
  return [
    email("miss-you", "we-miss-you"),
    {
      id: "back",
      kind: "if",
      of: "miss-you",
      event: "link_clicked",
      within: "1 week",
      yes: [{ id: "returned", kind: "goal", name: "returned" }],
      no: [email("last-word", "shall-we-stay-in-touch")],
    },
  ];
}

function reminder(soon: Soon): Step[] {
  return [
    email("invitation", "invitation"),
    { id: "day-before", kind: "wait_until", at: soon.at(13) },
    email("tomorrow", "see-you-tomorrow"),
    { id: "the-day", kind: "wait_until", at: soon.at(14) },
    { id: "today", kind: "text", content: "see-you-today", to: "phone" },
  ];
}

function birthday(): Step[] {
  return [
    { id: "morning", kind: "wait_until", time: { from: "09:00", to: "18:00" } },
    email("congratulations", "happy-birthday"),
  ];
}

function winBack(): Step[] {
  return [
    email("offer", "come-back-offer"),
    {
      id: "ordered",
      kind: "wait_for",
      trigger: "order.placed",
      within: "2 weeks",
      yes: [{ id: "won-back", kind: "goal", name: "won_back" }],
      no: [{ id: "last-chance", kind: "text", content: "last-chance", to: "phone" }],
    },
  ];
}

function email(id: string, content: string): Step {
  return { id, kind: "email", content, to: "email" };
}

/** The templates that some words speak of, in the order in which they fit; all of them for no words. */
export function matching(words: string, described: (id: TemplateId) => string): Template[] {
  const asked = words.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  if (asked.length === 0) return [...TEMPLATES];
  const fit = (id: TemplateId) => {
    const told = described(id).toLowerCase();
    return asked.filter((word) => told.includes(word)).length;
  };
  const found = TEMPLATES.map((template) => ({ template, fits: fit(template.id) })).filter(
    ({ fits }) => fits > 0,
  );
  return found.toSorted((one, other) => other.fits - one.fits).map(({ template }) => template);
}
