// librdkafka's objects, each ended by its own function. For the sources of this folder.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace shop::kafka {

template <auto Destroyer>
struct Destroy {
    template <class T>
    void operator()(T* object) const {
        Destroyer(object);
    }
};

using QueueHandle = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using EventHandle = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;
using MessageHandle = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using PartitionListHandle = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                            Destroy<rd_kafka_topic_partition_list_destroy>>;

}  // namespace shop::kafka
