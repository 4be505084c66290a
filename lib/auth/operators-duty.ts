/** Whether this installation asks two steps of everybody at the desk. */
export function operatorsNeedSecondStep(): boolean {
  return process.env.HEADROOM_OPERATORS_NEED_SECOND_STEP === '1'
}
