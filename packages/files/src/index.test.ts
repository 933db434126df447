import { expect, it } from 'vitest';

it('exports what the packages above rely on', async () => {
  expect(Object.keys(await import('./index.js')).sort()).toMatchInlineSnapshot(`
    [
      "addressFrom",
      "csvLines",
      "exists",
      "fetchHubFile",
      "fileIdentity",
      "forgetPending",
      "hubCache",
      "hubFile",
      "inLockedFolder",
      "ioError",
      "isAddress",
      "isHubId",
      "isWritingWhole",
      "loadAddon",
      "localCopy",
      "lockFileName",
      "lockFolder",
      "makeFolder",
      "nameInAddress",
      "ofAddress",
      "openPending",
      "parseCsv",
      "readCsv",
      "readRegularFile",
      "readRegularText",
      "refuseOtherSchemes",
      "rememberPending",
      "removeLeftovers",
      "removePending",
      "statRegularFile",
      "systemCode",
      "temporaryName",
      "withLocalCopy",
      "writeAtomically",
      "writeCsv",
      "writeFileAtomic",
    ]
  `);
});
