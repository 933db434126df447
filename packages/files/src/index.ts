export { csvLines } from '@ftuseg/core';
export { addressFrom, isAddress, nameInAddress, refuseOtherSchemes } from './address/address.js';
export { type FileIdentity, fileIdentity } from './address/file-identity.js';
export { localCopy, ofAddress, withLocalCopy } from './address/local-copy.js';
export { isBeating } from './attempt/alive.js';
export {
  type Attempt,
  beginAttempt,
  claimAttempt,
  type EarlierAttempt,
  earlierAttempts,
  lostAttempt,
  removeAttempts,
} from './attempt/attempt.js';
export { linkFile, linkFolder } from './attempt/link-files.js';
export { publish } from './attempt/publish.js';
export { type ContentDigests, type DigestOptions, openContentDigests } from './content/content-digest.js';
export { type CsvRow, type CsvTable, parseCsv, readCsv, writeCsv } from './csv/csv.js';
export { refuseCutCells } from './csv/cut-cells.js';
export { AnswerError, checkMediaType } from './dicomweb/answer.js';
export { askDicomWeb, type DicomWebAnswer, type DicomWebOptions, type DicomWebRequest } from './dicomweb/ask.js';
export { type DicomJson, seriesMetadata } from './dicomweb/metadata.js';
export { belowSeries, type DicomWebSeries, dicomWebSeries } from './dicomweb/series-address.js';
export { exists } from './exists.js';
export {
  type FolderLock,
  inLockedFolder,
  type LockOptions,
  lockFileName,
  lockFolder,
} from './folder-lock/lock-folder.js';
export {
  type DownloadProgress,
  fetchHubFile,
  type HubFile,
  type HubOptions,
  hubCache,
  hubFile,
  isHubId,
} from './hub/hub.js';
export { ioError, systemCode } from './io-error.js';
export { loadAddon } from './load-addon.js';
export { makeFolder } from './make-folder.js';
export { readRegularFile, readRegularText, statRegularFile } from './regular-file.js';
export { decodeText, type UnicodeForm, unicodeForm } from './text/decode-text.js';
export { usableThreads } from './threads/usable-threads.js';
export { removeLeftovers } from './write/leftovers.js';
export { forgetPending, isWritingWhole, rememberPending, removePending } from './write/pending.js';
export { openPendingFolder, type PendingFolder } from './write/pending-folder.js';
export { temporaryName } from './write/temporary-name.js';
export {
  openPending,
  type PendingFile,
  requireWritable,
  writeAtomically,
  writeFileAtomic,
} from './write/write-file.js';
export { writtenPath } from './written-path.js';
