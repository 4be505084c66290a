-- A card goes with the customer that was deleted at the payment provider.
GRANT DELETE ON payment_methods TO headroom_engine;