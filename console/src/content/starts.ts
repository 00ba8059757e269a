/** What new content can begin with. */
import type { ContentDocument, Kind } from "./queries";

export const STARTS = ["blank", "announcement", "letter"] as const;
export type Start = (typeof STARTS)[number];

interface Given {
  name: string;
  audience: string;
}

/** From whom an email is, and where answers go. */
interface From {
  line: string;
  reply_to: string | null;
}

const FOOTER =
  '<mj-text font-size="12px" align="center">{{ postal_address }}<br/><a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>';
const GREETING = 'Dear {{ person.first_name | default: "friend" }},';

const EMAILS: Record<Start, { subject: string; parts: string[] }> = {
  blank: {
    subject: "",
    parts: ['<mj-text font-size="28px" font-weight="700"></mj-text>', "<mj-text></mj-text>", FOOTER],
  },
  announcement: {
    subject: 'News for you, {{ person.first_name | default: "friend" }}',
    parts: [
      '<mj-text font-size="28px" font-weight="700">Our news in one line</mj-text>',
      `<mj-text>${GREETING}<br/><br/>say in two sentences what is new, and why it matters to them.</mj-text>`,
      '<mj-button link="more" href="https://example.com/">See more</mj-button>',
      '<mj-divider border-width="1px" border-color="#d4d4d8" />',
      FOOTER,
    ],
  },
  letter: {
    subject: "A word from us",
    parts: [
      `<mj-text>${GREETING}<br/><br/>write as you would write to one person.<br/><br/>With kind regards,<br/>your name</mj-text>`,
      FOOTER,
    ],
  },
};

const WORDS: Record<Start, string> = {
  blank: "",
  announcement: '{{ person.first_name | default: "Hello" }}, it is here: https://example.com/',
  letter: 'Dear {{ person.first_name | default: "friend" }}, ',
};

export function begun(kind: Kind, start: Start, given: Given, from?: From): ContentDocument {
  const common = { ...given, purpose: "commercial" as const };
  if (kind === "text") return { kind, ...common, body: WORDS[start] };
  if (kind === "push") {
    return {
      kind,
      ...common,
      title: start === "announcement" ? "It is here" : "",
      body: WORDS[start],
      link: null,
    };
  }
  const { subject, parts } = EMAILS[start];
  const sender = { sender: from?.line ?? "", reply_to: from?.reply_to ?? null };
  return { kind, ...common, ...sender, subject, body: bodyOf(parts) };
}

/** The body of an email that begins again. */
export function blankBody(): string {
  return bodyOf(EMAILS.blank.parts);
}

function bodyOf(parts: string[]): string {
  const lines = parts.map((part) => `        ${part}\n`).join("");
  return `<mjml>\n  <mj-body>\n    <mj-section>\n      <mj-column>\n${lines}      </mj-column>\n    </mj-section>\n  </mj-body>\n</mjml>\n`;
}

/** `Spring launch!` -> `spring-launch`: how journeys call it. */
export function slugOf(title: string): string {
  const plain = title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 100);
}
