-- What the filter language of the fleet compares by (db/filter.h).

-- The numbers of a version, in order; zeros at its end say nothing: 2.1 and V2.1.0 are the same.
CREATE FUNCTION version_key(text) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN ARRAY(SELECT left(m.hit[1], 18)::bigint
               FROM regexp_matches(regexp_replace($1, '([^0-9]0+)+$', ''), '[0-9]+', 'g') WITH ORDINALITY m(hit, n)
              ORDER BY m.n);

CREATE INDEX device_model_plain ON device (lower(product_class));
CREATE INDEX device_place_cto_plain ON device_place (lower(cto));
CREATE INDEX device_place_olt_plain ON device_place (lower(olt));
CREATE INDEX device_place_city_plain ON device_place (lower(city));
CREATE INDEX subscriber_login_plain ON subscriber (lower(login));
