/** What a publisher says of test data. */
export const MANIFEST = {
  name: "Ten numbers",
  description: "The numbers from one to ten, for tests.",
  image: "data:image/svg+xml;base64,PHN2Zy8+",
  publisher: { name: "Tests" },
  modality: ["text"],
  keywords: ["numbers"],
  mediaTypes: ["text/plain"],
  source: {
    license: "CC-BY-4.0",
    licenseUrl: "https://creativecommons.org/licenses/by/4.0/",
    attribution: "Nobody.",
    origins: [{ title: "Counting", license: "CC-BY-4.0" }],
  },
  consents: { basis: "source-license" },
  contentCredentials: { policy: "none" },
  privacy: { mode: "no-personal-data", note: "Numbers." },
  parents: [],
  offerDefaults: [],
};
