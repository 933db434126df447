/**
 * Predicted labels never validate: a score against predictions of the network's own first stage says nothing. The data set itself records that its
 * labels are predicted, so that no setting can forget it.
 */
import { FtuError } from '@ftuseg/core';
import type { Dataset } from '@ftuseg/folders';
import type { SourceConfig } from '../config/sampling.js';

/**
 * @param role of the source; undefined: it is the main data set
 * @throws FtuError 'bad-input' for a data set with predicted labels that is not a source of role pseudo, and one without labels in any role but unlabelled
 */
export function requirePseudoRole({ labels, folder }: Dataset, role: SourceConfig['role'] | undefined): void {
  if (role === 'unlabelled') return;
  const as = role === undefined ? 'the main data set' : `a source of role ${role}`;
  if (labels === 'none') {
    throw new FtuError('bad-input', `it has no labels, so that it cannot be ${as}`, {
      subject: folder,
      hint: 'give it as a source of role unlabelled',
    });
  }
  if (labels !== 'predicted' || role === 'pseudo') return;
  throw new FtuError('bad-input', `its labels are predictions, so that it cannot be ${as}`, {
    subject: folder,
    hint: 'give it as a source of role pseudo',
  });
}
