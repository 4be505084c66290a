/** What a state means for the customer. Words carry it; colour and icon repeat it. */
export type Tone = 'neutral' | 'ok' | 'info' | 'warning' | 'danger'
