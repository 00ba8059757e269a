/** Strings of saving, and of what happens when two people do. */
export const savingEnglish = {
  "saving.saved": "Saved",
  "saving.savedAt": "Saved at {time}",
  "saving.saving": "Saving",
  "saving.notSaved": "Not saved: see why",
  "saving.unreached":
    "The server cannot be reached. What you do is kept here, and saved as soon as the server is back.",
  "saving.conflict": "Not saved: somebody else has",
  "saving.published": "Not saved: published meanwhile",
  "saving.publishedTitle": "Somebody else has published this journey",
  "saving.publishedHint":
    "What is published cannot be changed, and what you did last is not in it. It can go on in a draft.",
  "saving.versionHint":
    "A new version is edited beside the published one. A copy is a journey of its own, under another name.",
  "saving.onceHint":
    "The journey starts once, so a new version would start nobody. A copy is a journey of its own.",
  "saving.stateHint":
    "The journey is {state}, so a new version would start nobody. A copy is a journey of its own.",
  "saving.keepsName": "A new version keeps the name {name}.",
  "saving.newVersion": "New version with my changes",
  "saving.copy": "Copy with my changes",
  "saving.conflictTitle": "Somebody else has changed this journey",
  "saving.theyDid": "What they changed",
  "saving.youDid": "What you changed",
  "saving.nothing": "Nothing",
  "saving.added": "Added: {names}",
  "saving.removed": "Removed: {names}",
  "saving.changed": "Changed or moved: {names}",
  "saving.fields": "Settings of the journey: {names}",
  "saving.canMerge": "You worked on different things, so both can be kept.",
  "saving.cannotMerge":
    "You worked on the same things, so only one can be kept. Undo brings the other back here.",
  "saving.takeTheirs": "Take theirs",
  "saving.keepMine": "Keep mine",
  "saving.merge": "Keep both",
  "saving.leaveTitle": "Not everything is saved yet",
  "saving.leaveSaving": "Your last changes are being saved. As soon as they are, you go on.",
  "saving.leaveUnread": "The YAML has faults, so what you changed there last is not in the journey yet.",
  "saving.stay": "Stay here",
  "saving.leave": "Leave without it",
} as const;
