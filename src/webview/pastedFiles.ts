/** Whether somebody pastes or drops files, or a picture, with no text beside them: there is nothing to put in a field. */
export function holdsFilesOnly(data: Pick<DataTransfer, 'types'> | null): boolean {
  return data?.types.includes('Files') === true && !data.types.includes('text/plain');
}
