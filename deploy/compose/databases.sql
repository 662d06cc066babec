-- Beside the database of the views (POSTGRES_DB): that of the keys, which are never to be logged.
CREATE DATABASE shop_keys;
ALTER DATABASE shop_keys SET log_parameter_max_length = 0;
ALTER DATABASE shop_keys SET log_parameter_max_length_on_error = 0;
