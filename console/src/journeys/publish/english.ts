/** Strings of publishing and of rehearsals. */
export const publishEnglish = {
  "publish.title": "Publish {name}",
  "publish.audience": "Who starts now",
  "publish.members":
    "{size, plural, =0 {Nobody is a member of the segment now} one {# member} other {# members}}",
  "publish.entering": "{count, plural, one {# person starts} other {# people start}}",
  "publish.notEntering": "{count, plural, one {# does not start} other {# do not start}}: {reason}",
  "publish.trigger": "An event starts this journey: people start as it happens to them.",
  "publish.unknown": "The segment has not been counted yet. It is within seconds.",
  "publish.blocked": "Messages that would be held back",
  "publish.step": "Step",
  "publish.reason": "Reason",
  "publish.people": "People",
  "publish.begins": "First start",
  "publish.atPublication": "as soon as you publish",
  "publish.inZone": "{local}, on the clock of {zone}",
  "publish.problems":
    "{count, plural, one {# problem forbids publishing} other {# problems forbid publishing}}",
  "publish.ready": "Nothing forbids publishing",
  "publish.warnings": "{count, plural, one {# warning} other {# warnings}}",
  "publish.goTo": "Go to {step}",
  "publish.publish": "Publish",
  "publish.confirmTitle": "Publish {name}?",
  "publish.confirmHint":
    "A published version cannot be changed. You can pause or stop it at any time, copy it, and, if it keeps admitting people, make a new version.",
  "publish.rehearse": "Rehearsal",
  "publish.rehearseHint":
    "Runs the journey for its whole audience on a virtual clock, with the assumed engagement. Nothing is sent, and nothing is left behind.",
  "publish.opened": "Open a message",
  "publish.clicked": "Click in a message",
  "publish.perDay": "Start each day, for a week",
  "publish.starts": "{value, plural, one {# person} other {# people}} of the audience",
  "publish.percent": "{value} %",
  "publish.start": "Rehearse",
  "publish.rehearsing": "Rehearsing …",
  "publish.through":
    "{entered, plural, one {# person goes} other {# people go}} through; the last one is through on {date}.",
  "publish.inside":
    "{entered, plural, one {# person starts} other {# people start}}; {inside} are still inside on {date}.",
  "publish.byHour": "Messages by hour",
  "publish.hour": "Hour",
  "publish.messages": "Messages",
  "publish.perPerson": "Most messages that one person gets: {most}",
  "publish.entered": "Came",
  "publish.outcomes": "Went on or left",
} as const;
