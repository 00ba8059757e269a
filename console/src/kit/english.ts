/** Strings that every page uses. */
export const kitEnglish = {
  "kit.loading": "Loading",
  "kit.failed": "This could not be loaded",
  "kit.again": "Try again",
  "kit.save": "Save",
  "kit.cancel": "Cancel",
  "kit.delete": "Delete",
  "kit.close": "Close",
  "kit.search": "Search",
  "kit.asks": "{action} …",
  "kit.actions": "Actions",
  "kit.unexpected": "The server cannot be reached. What you see may be out of date.",
} as const;
